"""What are the values called on the forms, where a style does not say otherwise?

Keys are looked up as `type.name`, then `name`, then the last part of the name. A style brings its own
dictionary with other words for the same things; `unit` values are printed divided (万元).
"""

from __future__ import annotations

LABELS: dict[str, str] = {
    "name": "姓名", "sex": "性别", "birth_date": "出生日期", "nationality": "国籍", "id_type": "证件类型", "id_number": "证件号码",
    "id_valid_to": "证件有效期至", "occupation": "职业", "_occupation_code": "职业代码", "employer": "工作单位", "income": "年收入(元)",
    "income_source": "收入来源", "address": "通讯地址", "phone": "手机号码", "email": "电子邮箱",
    "policyholder.relation": "是被保险人的", "insured.relation": "是投保人的", "beneficiary_relation": "与被保险人关系",
    "order": "受益顺序", "share": "受益份额(%)", "application_no": "投保单号", "policy_no": "保险单号",
    "product.name": "险种名称", "product.code": "险种代码", "sum_insured": "基本保险金额(元)", "cover_period": "保险期间", "pay_period": "交费期间",
    "pay_mode": "交费方式", "premium": "保险费(元)", "premium_total": "保险费合计(小写)", "premium_total_in_words": "保险费合计(大写)",
    "account_name": "户名", "account_bank": "开户行", "account": "账号", "seller.name": "业务员姓名", "seller.number": "业务员编号",
    "_name": "姓名", "_phone": "手机号码", "_age": "年龄", "_job": "职业", "_id": "证件号码", "_birth": "出生日期", "_address": "现居地址",
    "household_income": "家庭年收入(元)", "_income_source": "收入来源", "assets": "家庭总资产(元)", "liabilities": "家庭负债(元)",
    "needs": "保险需求", "_term": "期望保障期限", "budget": "交费预算(元/年)", "existing_cover": "已有保险", "conclusion": "评估结论",
    "score": "得分", "level": "风险承受能力等级", "test_date": "测评日期", "product_level": "产品风险等级", "customer_level": "客户风险等级", "opinion": "匹配结论",
    "date": "日期", "signed_date": "日期", "_cover": "保险期间", "cooling_off_days": "犹豫期", "_filing": "备案编号", "_holder": "投保人", "_insured": "被保险人",
    "_relation": "投保人与被保险人关系", "_elsewhere": "其他公司累计身故保额(元)", "_this": "本次投保身故保额(元)", "_beneficiary": "受益人",
    "_height": "身高(cm)", "_weight": "体重(kg)", "_product": "产品名称", "_signed": "日期", "_seller_date": "日期", "file_number": "文件编号", "duration": "时长",
    "result": "结果", "F09.result": "质检结果", "checked_date": "质检日期", "scope": "授权范围", "payer.name": "付款人", "payer.id_number": "付款人证件号码",
    "P05.relation": "与投保人关系", "P05.reason": "付款原因", "P04.serial": "发票号码", "P04.date": "开票日期", "P04.payer.name": "购买方", "P04.payee.name": "销售方",
    "item": "项目名称", "amount_plain": "金额", "amount_in_words": "价税合计(大写)", "amount": "(小写)", "_note": "备注",
    "issue_date": "承保日期", "effective_date": "合同生效日期", "A01.policyholder.name": "投保人姓名", "A01.policyholder.id_number": "投保人证件号码", "A01.insured.name": "被保险人姓名", "A02.policyholder.name": "投保人姓名",
    "_insured_birth": "被保险人出生日期", "premium_item": "保险费(元)", "A01.premium": "保险费合计(小写)", "_words": "保险费合计(大写)", "A01.seller.name": "服务人员姓名",
    "received_date": "收到日期", "A03.phone": "回访电话", "A03.date": "回访时间", "respondent": "受访人", "A03.result": "回访结果", "reason": "退保原因", "refund": "退保金额(元)",
    "payee.name": "收款户名", "payee.account": "收款账号", "_applicant": "申请人", "_customer": "客户姓名", "_seller": "销售人员", "D-501.date": "制作日期", "D-405.date": "演示日期",
    "policy_year": "保单年度", "paid_total": "累计保费", "value_guaranteed": "保证现金价值", "value_illustrated": "演示现金价值",
    "_place": "保险标的地址", "_value": "保险价值(元)", "_registered": "登记日期", "_register_no": "户号", "holder_relation": "户主或与户主关系", "D-204._holder": "户主姓名", "D-204._address": "住址",
    "policyholder_signature": "投保人签名", "insured_signature": "被保险人签名", "guardian_signature": "法定监护人签名", "seller_signature": "业务员签名",
    "account_holder_signature": "账户所有人签名", "payer_signature": "付款人签名", "opinion_signature": "销售人员签名", "applicant_policyholder": "申请人(投保人)签名",
    "card_holder_signature": "持卡人签名", "applicant_signature": "申请人签名", "D-303.date": "出具日期", "beneficiaries.name": "受益人姓名", "family_signature": "家属见证人签名",
    "method": "收款方式", "_handler": "经手人", "_insurer": "承保公司", "_material": "材料编号", "_issuer": "销售人员", "_licence": "执业证编号",
    "policy_no_old": "原保险单号", "event_date": "出险日期", "_cause": "出险原因", "decision_date": "决定日期", "A06.amount": "给付金额(元)", "riders.name": "附加险名称",
}  # fmt: skip

TITLES: dict[str, str] = {
    "D-101": "个人信息收集使用授权书", "D-301": "投保人需求分析及财务支付水平评估表", "D-302": "风险承受能力评估问卷", "D-303": "适当性匹配意见书",
    "D-204": "居民户口簿", "D-204.marriage_certificate": "结婚证", "D-401": "人身保险投保提示书", "D-402": "产品说明书", "D-403": "保险条款", "D-404": "免除保险人责任条款说明书",
    "D-405": "保险利益演示表", "D-501": "保险建议书", "F01": "人身保险投保书", "F01.property": "财产保险投保单", "F02": "投保声明书", "F03": "健康告知书",
    "F05": "未成年人投保告知书", "F07": "个人税收居民身份声明文件", "F08": "个人信息处理单独同意书", "F09": "双录质检表", "P01": "银行自动转账授权书",
    "P04": "保险费发票", "P05": "第三方付款声明", "P06": "资金来源说明", "A01": "保险单", "A02": "保险合同送达回执", "A03": "回访记录", "A05": "退保申请书", "A06": "理赔申请书",
    "D-102": "产品宣传彩页", "D-201": "客户告知书", "D-503": "转保确认书", "F10": "核保通知书",
}  # fmt: skip

SECTIONS: dict[str, str] = {
    "policyholder": "投保人资料", "insured": "被保险人资料", "beneficiary": "受益人资料", "cover": "投保事项", "premium": "保险费", "account": "交费账户", "seller": "业务员信息",
    "customer": "客户信息", "finances": "财务状况", "needs": "保险需求", "conclusion": "评估结论", "declaration": "声明与授权", "warning": "风险提示", "health_questions": "健康告知事项",
    "risk_questions": "测评问题", "risk_result": "测评结果", "match": "匹配情况", "recording_items": "双录环节", "callback_items": "回访内容", "body": "基本情况", "separate": "同意事项",
    "residence": "税收居民身份", "policy_cover": "保险利益", "illustration": "利益演示", "payer": "付款人信息", "surrender": "申请事项", "payout": "收款账户", "property": "保险标的",
}  # fmt: skip
